packer {
  required_plugins {
    amazon = {
      source  = "github.com/hashicorp/amazon"
      version = "~> 1.3"
    }
  }
}

locals {
  built = formatdate("YYYYMMDDhhmmss", timestamp())
}

data "amazon-ami" "base_amd64" {
  region      = "us-east-1"
  owners      = ["amazon"]
  most_recent = true
  filters     = { name = "al2023-ami-2023.*-x86_64" }
}

data "amazon-ami" "base_arm64" {
  region      = "us-east-1"
  owners      = ["amazon"]
  most_recent = true
  filters     = { name = "al2023-ami-2023.*-arm64" }
}

# The names of these two are the keys of the images in the outputs of promote-ami.
source "amazon-ebs" "amd64" {
  region        = "us-east-1"
  source_ami    = data.amazon-ami.base_amd64.id
  instance_type = "m7i.large"
  ssh_username  = "ec2-user"
  ami_name      = "web-build-amd64-${local.built}"
  encrypt_boot  = true
  kms_key_id    = "alias/ami"
  imds_support  = "v2.0"
  tags          = { Name = "web" }
}

source "amazon-ebs" "arm64" {
  region        = "us-east-1"
  source_ami    = data.amazon-ami.base_arm64.id
  instance_type = "m7g.large"
  ssh_username  = "ec2-user"
  ami_name      = "web-build-arm64-${local.built}"
  encrypt_boot  = true
  kms_key_id    = "alias/ami"
  imds_support  = "v2.0"
  tags          = { Name = "web" }
}

build {
  sources = ["source.amazon-ebs.amd64", "source.amazon-ebs.arm64"]

  provisioner "shell" {
    inline = ["sudo dnf --assumeyes install nginx", "sudo systemctl enable nginx"]
  }

  # What the source packer:manifest.json reads.
  post-processor "manifest" {
    output     = "manifest.json"
    strip_path = true
  }
}
