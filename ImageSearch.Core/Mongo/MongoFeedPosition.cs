using System.Globalization;
using MongoDB.Bson;

namespace ImageSearch.Core.Mongo;

/// <summary>
/// Where a reader of the feed is. Its text is <c>load SINCE UPDATED ID</c> while it loads the collection, <c>since SINCE</c> when it has
/// loaded it, and the resume token of the change stream from then on.
/// </summary>
/// <param name="Since">Where the change stream begins: before the load, so that what changed meanwhile comes after it.</param>
/// <param name="Last">What was loaded last, by the time and the id that documents are loaded in the order of; null when all is.</param>
/// <param name="Token">Where the change stream goes on; null at its beginning.</param>
internal sealed record MongoFeedPosition(BsonTimestamp? Since, (long UpdatedAt, ImageId Id)? Last, BsonDocument? Token)
{
    private const string Load = "load";
    private const string Stream = "since";

    /// <summary>At the beginning of the load.</summary>
    public static MongoFeedPosition Begin(BsonTimestamp now) => new(now, (0, default), null);

    /// <returns>Null when it is none of this store's.</returns>
    public static MongoFeedPosition? Parse(string? text)
    {
        switch (text?.Split(' '))
        {
            case [Load, var since, var updatedAt, var id] when TryParse(since, out var begin) && TryParse(updatedAt, out var at)
                && ImageId.TryParse(id, null, out var last):
                return new(new BsonTimestamp(begin), (at, last), null);
            case [Stream, var since] when TryParse(since, out var begin):
                return new(new BsonTimestamp(begin), null, null);
            default:
                return text is not null && BsonDocument.TryParse(text, out var token) ? new(null, null, token) : null;
        }
    }

    public MongoFeedPosition Loaded() => this with { Last = null };

    public MongoFeedPosition After(in FeedRow row) => this with { Last = (row.UpdatedAt, row.Id) };

    /// <param name="token">Null where a server gives none as long as nothing has changed.</param>
    public MongoFeedPosition At(BsonDocument? token) => token is null ? this : new(null, null, token);

    public override string ToString() => this switch
    {
        { Token: { } token } => token.ToJson(),
        { Last: var (updatedAt, id) } => string.Create(CultureInfo.InvariantCulture, $"{Load} {Since!.Value} {updatedAt} {id}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Stream} {Since!.Value}"),
    };

    private static bool TryParse(string text, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
