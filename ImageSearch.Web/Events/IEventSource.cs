namespace ImageSearch.Web.Events;

/// <summary>Something that a stream looks at again and again.</summary>
internal interface IEventSource
{
    /// <summary>Sends what is new.</summary>
    /// <exception cref="Core.BackendUnavailableException">The store is away: look again later.</exception>
    Task<EventProgress> SendNewsAsync(EventWriter writer, CancellationToken cancellationToken);
}
