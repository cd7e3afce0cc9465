namespace ImageSearch.Hosting.Running;

/// <summary>Where processes send their telemetry.</summary>
internal sealed record OtlpTarget(string Endpoint, string ApiKey);
