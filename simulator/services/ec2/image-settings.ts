import {
  GetAllowedImagesSettings$,
  type GetAllowedImagesSettingsRequest,
  GetImageBlockPublicAccessState$,
  type GetImageBlockPublicAccessStateRequest,
} from '@aws-sdk/client-ec2';
import { settingsOf } from '../../places.ts';
import { operation } from '../../wire/operation.ts';
import type { ImageCriterion } from '../../world-allowed.ts';
import { permit } from './common.ts';

/** GetImageBlockPublicAccessState: whether new images of the account can be made public in this Region. */
export const getImageBlockPublicAccessState = operation(GetImageBlockPublicAccessState$, {
  service: 'ec2',
  mutating: false,
  accepts: ['DryRun'],
  run: (call, input: GetImageBlockPublicAccessStateRequest) => {
    permit(call, input, [{ action: 'ec2:GetImageBlockPublicAccessState', resource: '*' }]);
    const settings = settingsOf(call.world, call.caller.account, call.region);
    return {
      ImageBlockPublicAccessState: settings.publicSharing ? 'unblocked' : 'block-new-sharing',
      ManagedBy: settings.publicSharingManagedBy,
    };
  },
});

/** GetAllowedImagesSettings: which images of others the account may use here. */
export const getAllowedImagesSettings = operation(GetAllowedImagesSettings$, {
  service: 'ec2',
  mutating: false,
  accepts: ['DryRun'],
  run: (call, input: GetAllowedImagesSettingsRequest) => {
    permit(call, input, [{ action: 'ec2:GetAllowedImagesSettings', resource: '*' }]);
    const { state, managedBy, criteria } = settingsOf(
      call.world,
      call.caller.account,
      call.region,
    ).allowedImages;
    return { State: state, ManagedBy: managedBy, ImageCriteria: criteria.map(criterionView) };
  },
});

function criterionView(criterion: ImageCriterion) {
  const { createdWithinDays, deprecatedWithinDays } = criterion;
  return {
    ImageProviders: criterion.providers,
    ImageNames: criterion.names,
    MarketplaceProductCodes: criterion.productCodes,
    CreationDateCondition:
      createdWithinDays === undefined ? undefined : { MaximumDaysSinceCreated: createdWithinDays },
    DeprecationTimeCondition:
      deprecatedWithinDays === undefined ? undefined : { MaximumDaysSinceDeprecated: deprecatedWithinDays },
    ImageWatermarks: criterion.watermarks?.map((filter) => ({
      WatermarkKey: filter.key,
      SourceImageRegion: filter.region,
      MaximumDaysSinceSourceImageCreated: filter.sourceCreatedWithinDays,
      MaximumDaysSinceWatermarkCreated: filter.attachedWithinDays,
    })),
  };
}
