using System.Text.Json.Serialization;

namespace ImageSearch.Cli.Importing;

/// <summary>What an import came to, as JSON.</summary>
/// <param name="SentBefore">Files that an earlier run of the same command had sent.</param>
/// <param name="Passed">Files that do not look like pictures.</param>
internal sealed record ImportSummary(
    long Files,
    long Accepted,
    long Duplicate,
    long Rejected,
    long SentBefore,
    long Passed,
    double Seconds,
    IReadOnlyList<ImportRejection> Problems,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? ImportId = null);
