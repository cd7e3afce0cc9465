using ImageSearch.Index.Search;
using Microsoft.Extensions.Options;

namespace ImageSearch.Index.Snapshots;

/// <summary>
/// This shard's snapshot: loads it when it can be trusted, saves when that is worth it. Nothing that is wrong with a file or a disk ends
/// the server: without snapshots it starts as it did without them, from the store.
/// </summary>
internal sealed class SnapshotKeeper(
    IOptions<IndexOptions> options, IndexFactory factory, TimeProvider clock, ILogger<SnapshotKeeper> logger)
{
    private readonly SnapshotIdentity _identity = new(
        options.Value.Model, options.Value.Version, options.Value.Dimension, options.Value.Shard, options.Value.Shards);

    private readonly SnapshotDirectory _directory = new(options.Value.Directory ?? "");
    private bool _failed;
    private bool _distrusted; // what lies there could not be used, however fresh it looks

    /// <summary>Columns are stored as they are in memory.</summary>
    public bool IsEnabled =>
        !string.IsNullOrEmpty(options.Value.Directory) && options.Value.SnapshotInterval > TimeSpan.Zero && BitConverter.IsLittleEndian;

    /// <summary>Whether what lies there may be taken for that of another replica: not after it was found not to fit the store.</summary>
    public void Distrust() => _distrusted = true;

    /// <returns>The index and the position to go on from; null when there is no snapshot of it that can be used.</returns>
    public (SegmentedIndex Index, SnapshotHeader Header)? Load(CancellationToken cancellationToken)
    {
        if (!IsEnabled)
        {
            return null;
        }

        var started = clock.GetTimestamp();
        try
        {
            var left = _directory.Prepare();
            if (left > 0)
            {
                Log.RemovedPartialSnapshots(logger, left);
            }

            using var reader = SnapshotReader.Open(_directory.PathOf(_identity));
            if (reader.Header.Identity != _identity)
            {
                throw new InvalidSnapshotException($"it holds {reader.Header.Identity}, and this server {_identity}");
            }

            // Before anybody searches: a search of codes or a graph would not notice that a vector is not what it was, and one of all
            // vectors has to read all of them anyway.
            reader.Verify(Environment.ProcessorCount, cancellationToken);
            var index = IndexLoader.Load(reader, factory.Create);
            Log.SnapshotLoaded(
                logger, index.Count, reader.Header.Kind, reader.Header.SavedAt, reader.Bytes >> 20, clock.GetElapsedTime(started));
            return (index, reader.Header);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            Log.NoSnapshot(logger);
        }
        catch (Exception e) when (e is not (OperationCanceledException or OutOfMemoryException))
        {
            // Whatever it is: the store has all of it.
            Distrust();
            Log.SnapshotUnusable(
                logger,
                _identity.FileName,
                e.Message,
                e is InvalidSnapshotException or IOException or UnauthorizedAccessException ? null : e);
        }

        return null;
    }

    /// <param name="final">As the process ends: as fast as the disk goes, and whatever another replica saved before.</param>
    /// <returns>Whether what lies there is as good as this view.</returns>
    public bool Save(IndexView view, bool final, CancellationToken cancellationToken)
    {
        if (IsFresh(view, final))
        {
            return true;
        }

        try
        {
            _directory.Prepare();
            var started = clock.GetTimestamp();
            var bytes = 0L;
            IndexSaver.Save(view, _directory.PathOf(_identity), _identity, clock.GetUtcNow(), written =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                bytes += written;
                if (!final)
                {
                    Pace.Wait(bytes, clock.GetElapsedTime(started), cancellationToken);
                }
            });
            (_failed, _distrusted) = (false, false);
            Log.SnapshotSaved(logger, view.Snapshot.Alive, bytes >> 20, clock.GetElapsedTime(started));
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            if (!_failed)
            {
                Log.SnapshotNotSaved(logger, e.Message, e is IOException or UnauthorizedAccessException ? null : e);
            }

            _failed = true;
            return false;
        }
    }

    private bool IsFresh(IndexView view, bool final)
    {
        if (_distrusted)
        {
            return false;
        }

        try
        {
            using var reader = SnapshotReader.Open(_directory.PathOf(_identity));
            var there = reader.Header;
            // Not quite the interval: nobody's clock is exact.
            return there.Identity == _identity && there.Kind.Equals(view.Kind)
                && clock.GetUtcNow() - there.SavedAt < 0.9 * options.Value.SnapshotInterval
                && (!final || there.Position == view.Position);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidSnapshotException)
        {
            return false;
        }
    }
}
