using System.Runtime.InteropServices;
using ImageSearch.Core.Store;
using ImageSearch.Index.Search.Rows;
using Microsoft.Extensions.Options;

namespace ImageSearch.Index.Following;

/// <summary>
/// Whether a snapshot is of this store and not of one that was here before: some of its vectors are looked up. The newest ones are what a
/// store that was put back from a backup lacks; some from everywhere are what another store lacks.
/// </summary>
internal sealed class SnapshotVerifier(IImageStore store, IndexWriter writer, IOptions<IndexOptions> options)
{
    private const int Newest = 16;
    private const int Spread = 16;

    /// <returns>Ids of vectors that are worth a look.</returns>
    public static IReadOnlyCollection<ImageId> Sample(ReadView snapshot)
    {
        var ids = new HashSet<ImageId>();
        var slots = Enumerable.Range(0, snapshot.Parts.Length).Where(slot => snapshot.Parts[slot].Rows > 0).ToArray();
        var rows = slots.Sum(slot => (long)snapshot.Parts[slot].Rows);
        for (var (i, wanted) = (rows - 1, Newest); i >= 0 && i >= rows - (16 * Newest) && wanted > 0; i--)
        {
            wanted -= Add(i) ? 1 : 0;
        }

        for (var i = 0; i < Spread; i++)
        {
            Add(rows * i / Spread);
        }

        return ids;

        bool Add(long number)
        {
            foreach (var slot in slots)
            {
                var (segment, count) = snapshot.Parts[slot];
                if (number < count)
                {
                    return segment!.IsAlive((int)number, snapshot.Version) && ids.Add(segment.Id((int)number));
                }

                number -= count;
            }

            return false;
        }
    }

    /// <returns>
    /// Those that the index has and the store does not, or not like this. One that is deleted or changed just now may be among them.
    /// </returns>
    public async Task<IReadOnlyCollection<ImageId>> FindStrangersAsync(
        IReadOnlyCollection<ImageId> ids, CancellationToken cancellationToken)
    {
        var strangers = new List<ImageId>();
        var vector = new float[options.Value.Dimension];
        foreach (var id in ids)
        {
            if (writer.TryCopy(id, vector))
            {
                var stored = await store.FindVectorAsync(options.Value.Key, id, cancellationToken);
                if (stored is null || !MemoryMarshal.AsBytes(stored.Vector.Span).SequenceEqual(MemoryMarshal.AsBytes(vector.AsSpan())))
                {
                    strangers.Add(id);
                }
            }
        }

        return strangers;
    }
}
