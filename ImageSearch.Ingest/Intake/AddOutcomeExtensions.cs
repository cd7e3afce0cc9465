using ImageSearch.Core.Store;

namespace ImageSearch.Ingest.Intake;

internal static class AddOutcomeExtensions
{
    public static UploadState ToState(this AddOutcome outcome) =>
        outcome == AddOutcome.Added ? UploadState.Accepted : UploadState.Duplicate;
}
