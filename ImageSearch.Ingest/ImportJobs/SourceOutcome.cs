namespace ImageSearch.Ingest.ImportJobs;

/// <summary>What became of one source.</summary>
/// <param name="State">One of <see cref="Intake.ImageStates"/>.</param>
internal sealed record SourceOutcome(string Source, string State, string? Reason = null);
