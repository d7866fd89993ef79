import * as core from '@actions/core';

core.setFailed('promote-ami is being built: this version does nothing yet.');
