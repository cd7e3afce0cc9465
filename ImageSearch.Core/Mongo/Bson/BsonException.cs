namespace ImageSearch.Core.Mongo.Bson;

/// <summary>Bytes that are no BSON, or BSON of another shape than expected.</summary>
internal sealed class BsonException(string message) : Exception(message);
