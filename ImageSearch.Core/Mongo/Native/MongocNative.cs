using System.Runtime.InteropServices;

namespace ImageSearch.Core.Mongo.Native;

/// <summary>
/// The part of libmongoc and libbson that is used here, under their own names. Pointers to <c>bson_t</c> are
/// <see cref="NativeBson"/>; what has to be freed is a <see cref="SafeHandle"/>.
/// </summary>
internal static unsafe partial class MongocNative
{
    public const string Library = "libmongoc-1.0.so.0";

    private const string Bson = "libbson-1.0.so.0";

    [LibraryImport(Library)]
    internal static partial void mongoc_init();

    [LibraryImport(Library)]
    internal static partial void mongoc_log_set_handler(delegate* unmanaged[Cdecl]<int, byte*, byte*, void*, void> handler, void* data);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial MongocUri mongoc_uri_new_with_error(string text, BsonError* error);

    [LibraryImport(Library)]
    internal static partial void mongoc_uri_destroy(nint uri);

    [LibraryImport(Library)]
    internal static partial byte* mongoc_uri_get_database(MongocUri uri);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool mongoc_uri_has_option(MongocUri uri, string option);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool mongoc_uri_set_option_as_int32(MongocUri uri, string option, int value);

    [LibraryImport(Library)]
    internal static partial MongocPool mongoc_client_pool_new_with_error(MongocUri uri, BsonError* error);

    [LibraryImport(Library)]
    internal static partial void mongoc_client_pool_destroy(nint pool);

    [LibraryImport(Library)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool mongoc_client_pool_set_error_api(MongocPool pool, int version);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool mongoc_client_pool_set_appname(MongocPool pool, string name);

    [LibraryImport(Library)]
    internal static partial nint mongoc_client_pool_pop(MongocPool pool);

    [LibraryImport(Library)]
    internal static partial void mongoc_client_pool_push(MongocPool pool, nint client);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool mongoc_client_read_command_with_opts(
        nint client, string database, NativeBson command, nint readPreferences, NativeBson options, NativeBson reply, BsonError* error);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool mongoc_client_write_command_with_opts(
        nint client, string database, NativeBson command, NativeBson options, NativeBson reply, BsonError* error);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial MongocCollection mongoc_client_get_collection(nint client, string database, string collection);

    [LibraryImport(Library)]
    internal static partial void mongoc_collection_destroy(nint collection);

    [LibraryImport(Library)]
    internal static partial MongocCursor mongoc_collection_find_with_opts(
        MongocCollection collection, NativeBson filter, NativeBson options, nint readPreferences);

    [LibraryImport(Library)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool mongoc_cursor_next(MongocCursor cursor, out nint document);

    [LibraryImport(Library)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool mongoc_cursor_error(MongocCursor cursor, BsonError* error);

    [LibraryImport(Library)]
    internal static partial void mongoc_cursor_destroy(nint cursor);

    /// <summary>Never freed: the one of this process.</summary>
    [LibraryImport(Library)]
    internal static partial nint mongoc_read_prefs_new(int mode);

    [LibraryImport(Bson)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool bson_init_static(NativeBson document, byte* data, nuint length);

    // Reads a field: too short for the runtime to leave and enter its own mode around it.
    [LibraryImport(Bson)]
    [SuppressGCTransition]
    internal static partial byte* bson_get_data(nint document);

    [LibraryImport(Bson)]
    internal static partial void bson_destroy(NativeBson document);
}
