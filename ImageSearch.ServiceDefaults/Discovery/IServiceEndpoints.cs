namespace ImageSearch.ServiceDefaults.Discovery;

/// <summary>Where the services of the topology are: the configuration's <c>services:NAME:http:N</c>, read once at start.</summary>
public interface IServiceEndpoints
{
    /// <returns>Every endpoint of the service, whether it answers or not; empty when the configuration has none.</returns>
    IReadOnlyList<Uri> Find(string service);
}
