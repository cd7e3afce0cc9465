using ImageSearch.Core.Store;
using Microsoft.Data.Sqlite;

namespace ImageSearch.Core.Embedded;

/// <summary>This part: tags.</summary>
internal sealed partial class SqliteImageStore
{
    /// <summary>Pictures in one transaction: other processes wait for it.</summary>
    private const int TaggedAtOnce = 100;

    public async Task<TagChange> ChangeTagsAsync(
        IReadOnlyCollection<ImageId> ids, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove,
        CancellationToken cancellationToken)
    {
        TagSets.ThrowIfBoth(add, remove);
        var (changed, unknown) = (0, 0);
        foreach (var piece in ids.Distinct().Chunk(TaggedAtOnce))
        {
            var change = await database.WriteAsync(connection => ChangeTags(connection, piece, add, remove), cancellationToken);
            (changed, unknown) = (changed + change.Changed, unknown + change.Unknown);
        }

        return new TagChange(changed, unknown);
    }

    private static TagChange ChangeTags(
        SqliteConnection connection, ImageId[] ids, IReadOnlyCollection<string> add, IReadOnlyCollection<string> remove)
    {
        var (changed, unknown) = (0, 0);
        foreach (var id in ids)
        {
            if (FindNumber(connection, id.ToByteArray()) is not [var (number, tags)])
            {
                unknown++;
            }
            else if (ChangeTags(connection, id, number, tags, add, remove))
            {
                changed++;
            }
        }

        return new TagChange(changed, unknown);
    }

    /// <returns>Whether anything changed.</returns>
    private static bool ChangeTags(
        SqliteConnection connection, ImageId id, long number, IReadOnlyList<string> known, IEnumerable<string> add,
        IReadOnlyCollection<string> remove)
    {
        string[] fresh = [.. add.Except(known, StringComparer.Ordinal)];
        string[] gone = [.. known.Intersect(remove, StringComparer.Ordinal)];
        if (fresh.Length == 0 && gone.Length == 0)
        {
            return false;
        }

        var tags = Distinct(known.Except(gone, StringComparer.Ordinal).Concat(fresh));
        connection.Execute("UPDATE images SET tags = @tags WHERE number = @n", ("@n", number), ("@tags", SqliteColumns.ToJson(tags)));
        foreach (var tag in gone)
        {
            connection.Execute("DELETE FROM image_tags WHERE tag = @tag AND image = @n", ("@tag", tag), ("@n", number));
        }

        InsertTags(connection, number, fresh);
        MoveToEndOfFeed(connection, id.ToByteArray(), "");
        return true;
    }

    private static void InsertTags(SqliteConnection connection, long number, string[] tags)
    {
        foreach (var tag in tags)
        {
            connection.Execute("INSERT OR IGNORE INTO image_tags (tag, image) VALUES (@tag, @n)", ("@tag", tag), ("@n", number));
        }
    }
}
