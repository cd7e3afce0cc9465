namespace ImageSearch.Core.Mongo.Bson;

/// <summary>Takes what is wanted out of a document that is there only during the call.</summary>
internal delegate T BsonDecoder<out T>(BsonView document);
