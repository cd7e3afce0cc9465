using ImageSearch.Web.Imports;

namespace ImageSearch.Web.Events;

/// <summary>How far an import has come, each time that changes; its end last.</summary>
internal sealed class ImportEvents(string id, ImportStatusClient imports) : IEventSource
{
    private byte[] _sent = [];

    public async Task<EventProgress> SendNewsAsync(EventWriter writer, CancellationToken cancellationToken)
    {
        if (await imports.FindAsync(id, cancellationToken) is not { } status)
        {
            return EventProgress.Ended;
        }

        var data = writer.Serialize(status);
        if (data.AsSpan().SequenceEqual(_sent))
        {
            return EventProgress.Nothing;
        }

        await writer.SendAsync("progress", data, cancellationToken);
        _sent = data;
        if (!status.Done)
        {
            return EventProgress.News;
        }

        await writer.SendAsync("done", data, cancellationToken);
        return EventProgress.Ended;
    }
}
