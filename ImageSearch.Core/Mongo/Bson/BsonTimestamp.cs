namespace ImageSearch.Core.Mongo.Bson;

/// <summary>MongoDB's own kind of time: assigned by the server, increasing, no two the same on one server.</summary>
/// <param name="Value">Seconds since 1970 in the upper half, a counter in the lower.</param>
internal readonly record struct BsonTimestamp(ulong Value);
