using Aspire.Hosting.Publishing;

namespace Aspire.Hosting.ApplicationModel;

public class ManifestPublishingCallbackAnnotation(Func<ManifestPublishingContext, Task>? callback) : IResourceAnnotation
{
    /// <summary>Writes the resource's entry; null leaves the resource out of the manifest.</summary>
    public Func<ManifestPublishingContext, Task>? Callback { get; } = callback;

    public static ManifestPublishingCallbackAnnotation Ignore { get; } = new(null);
}
