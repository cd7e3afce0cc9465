using System.Collections.Concurrent;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace ImageSearch.Hosting.Running.Servers;

/// <summary>The containers that can run as processes; for any other there is no server here.</summary>
internal sealed class LocalServers(AppHostMetadata appHost, Volumes volumes, PortAllocator ports)
{
    private readonly ConcurrentDictionary<IResource, ILocalServer?> _servers = new();

    public ILocalServer? For(IResource resource) => _servers.GetOrAdd(resource, Create);

    private ILocalServer? Create(IResource resource) => resource switch
    {
        RabbitMQServerResource rabbit => new RabbitMqServer(rabbit, volumes, ports),
        MongoDBServerResource mongo => new MongoDbServer(mongo, volumes, appHost.Directory),
        _ => null,
    };
}
