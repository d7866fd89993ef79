import type { AllowedImages } from './world-allowed.ts';
import type { AllowedImagesFile } from './world-schema-allowed.ts';

export function buildAllowedImages(file: AllowedImagesFile): AllowedImages {
  return {
    state: file.state,
    managedBy: file['managed-by'],
    criteria: file.criteria.map((criterion) => ({
      providers: criterion.providers,
      names: criterion.names,
      productCodes: criterion['marketplace-product-codes'],
      createdWithinDays: criterion['created-within-days'],
      deprecatedWithinDays: criterion['deprecated-within-days'],
      watermarks: criterion.watermarks?.map((filter) => ({
        key: filter.key,
        region: filter.region,
        sourceCreatedWithinDays: filter['source-created-within-days'],
        attachedWithinDays: filter['attached-within-days'],
      })),
    })),
  };
}
