using ImageSearch.Core.Models;
using ImageSearch.Core.Store;

namespace ImageSearch.Web.Events;

/// <summary>What becomes of pictures in every model: searchable, failed, or (deleted meanwhile) gone; each told once.</summary>
internal sealed class ImageEvents(
    IReadOnlyList<ImageId> ids, IReadOnlyList<ModelKey> models, IImageStore store, TimeSpan searchableAfter,
    TimeProvider time) : IEventSource
{
    /// <summary>Deletions are rare: they are looked for at the first look and at every so manieth.</summary>
    private const int DeletionEvery = 8;

    private readonly Dictionary<ModelKey, HashSet<ImageId>> _open = models.ToDictionary(model => model, _ => ids.ToHashSet());
    private readonly Dictionary<(ImageId Id, ModelKey Model), long> _indexed = [];
    private int _looks;
    private int _searchable;
    private int _failed;
    private int _gone;

    public async Task<EventProgress> SendNewsAsync(EventWriter writer, CancellationToken cancellationToken)
    {
        var before = _searchable + _failed + _gone;
        if (_looks++ % DeletionEvery == 0)
        {
            await SendGoneAsync(writer, cancellationToken);
        }

        foreach (var model in models)
        {
            await SendAsync(model, writer, cancellationToken);
        }

        if (_open.Values.All(open => open.Count == 0))
        {
            await writer.SendAsync("done", new ImagesDone(_searchable, _failed, _gone), cancellationToken);
            return EventProgress.Ended;
        }

        return _searchable + _failed + _gone > before || _indexed.Count > 0 ? EventProgress.News : EventProgress.Nothing;
    }

    private async Task SendGoneAsync(EventWriter writer, CancellationToken cancellationToken)
    {
        ImageId[] open = [.. _open.Values.SelectMany(open => open).Distinct()];
        var known = await store.FindAsync(open, cancellationToken);
        foreach (var id in open.Where(id => !known.ContainsKey(id)))
        {
            await writer.SendAsync("gone", new ImageGone(id), cancellationToken);
            _gone++;
            foreach (var (model, left) in _open)
            {
                left.Remove(id);
                _indexed.Remove((id, model));
            }
        }
    }

    private async Task SendAsync(ModelKey model, EventWriter writer, CancellationToken cancellationToken)
    {
        if (_open[model] is not { Count: > 0 } open)
        {
            return;
        }

        foreach (var extraction in (await store.FindExtractionsAsync(model, open, cancellationToken)).Values)
        {
            if (extraction.State == ImageState.Failed)
            {
                await writer.SendAsync("failed", new ImageFailed(extraction.Id, model.Name, extraction.Reason ?? ""), cancellationToken);
                open.Remove(extraction.Id);
                _failed++;
            }
            else if (extraction.State == ImageState.Indexed && IsSearchable(extraction.Id, model))
            {
                await writer.SendAsync("searchable", new ImageSearchable(extraction.Id, model.Name, model.Version), cancellationToken);
                open.Remove(extraction.Id);
                _indexed.Remove((extraction.Id, model));
                _searchable++;
            }
        }
    }

    /// <summary>A vector that was just stored is in the index servers after their next poll.</summary>
    private bool IsSearchable(ImageId id, ModelKey model)
    {
        var seen = _indexed.TryAdd((id, model), time.GetTimestamp()) && searchableAfter > TimeSpan.Zero
            ? TimeSpan.Zero
            : time.GetElapsedTime(_indexed[(id, model)]);
        return seen >= searchableAfter;
    }
}
