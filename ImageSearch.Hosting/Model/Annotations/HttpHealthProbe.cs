namespace Aspire.Hosting.ApplicationModel;

internal sealed record HttpHealthProbe(string EndpointName, string Path, int StatusCode);
