namespace ImageSearch.Client.Failures;

/// <summary>A picture that a model has given up.</summary>
public sealed record Failure(
    string Id, string Model, string Version, int Attempts, string Reason, DateTimeOffset At, string Source, string Thumbnail);
