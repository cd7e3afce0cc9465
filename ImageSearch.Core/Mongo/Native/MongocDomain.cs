namespace ImageSearch.Core.Mongo.Native;

/// <summary>Where an error of libmongoc comes from: those of <c>mongoc_error_domain_t</c> that are told apart here.</summary>
internal enum MongocDomain : uint
{
    Client = 1,
    Stream = 2,
    Protocol = 3,
    Cursor = 4,
    Scram = 14,
    ServerSelection = 15,
    WriteConcern = 16,

    /// <summary>The server's own error; the code is the server's.</summary>
    Server = 17,
}
