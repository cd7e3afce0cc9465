using ImageSearch.Core.Store;

namespace ImageSearch.Ingest.Intake;

/// <summary>What becomes of a file, in the words of the API and of the metrics.</summary>
internal static class ImageStates
{
    public const string Accepted = "accepted";
    public const string Duplicate = "duplicate";
    public const string Rejected = "rejected";

    public static string Of(AddOutcome outcome) => outcome == AddOutcome.Added ? Accepted : Duplicate;
}
