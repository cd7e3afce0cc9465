using ImageSearch.Core.Mongo.Bson;

namespace ImageSearch.Core.Mongo;

/// <summary>What became of many writes.</summary>
internal sealed class MongoWrites
{
    /// <summary>Documents inserted, matched by an update (upserted ones included), or deleted.</summary>
    public long Count { get; private set; }

    /// <summary>Which of the updates inserted a document.</summary>
    public HashSet<int> Upserted { get; } = [];

    /// <summary>Which of the writes met a key that is there already.</summary>
    public HashSet<int> Duplicates { get; } = [];

    /// <param name="first">The number of the command's first write.</param>
    internal bool Include(BsonView reply, int first, string address)
    {
        Count += reply["n"u8].ToInt64();
        if (reply.TryGet("upserted"u8, out var upserted))
        {
            foreach (var element in upserted.ToView())
            {
                Upserted.Add(first + element.ToView()["index"u8].ToInt32());
            }
        }

        if (reply.TryGet("writeErrors"u8, out var errors))
        {
            foreach (var element in errors.ToView())
            {
                var error = element.ToView();
                if (error["code"u8].ToInt32() is not MongoErrors.DuplicateKey and var code)
                {
                    throw MongoErrors.FromServer(address, code, error["errmsg"u8].ToString());
                }

                Duplicates.Add(first + error["index"u8].ToInt32());
            }
        }

        return true;
    }
}
