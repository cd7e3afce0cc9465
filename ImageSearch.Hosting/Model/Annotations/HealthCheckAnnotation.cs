namespace Aspire.Hosting.ApplicationModel;

public class HealthCheckAnnotation(string key) : IResourceAnnotation
{
    public string Key { get; } = key;

    /// <summary>What to ask every replica; null for a check that is not over HTTP.</summary>
    internal HttpHealthProbe? Probe { get; init; }
}
