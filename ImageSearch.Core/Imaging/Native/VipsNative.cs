using System.Runtime.InteropServices;

namespace ImageSearch.Core.Imaging.Native;

/// <summary>
/// The part of libvips and GObject that is used here, under their own names. Operations are built and their properties set one by one:
/// the variadic convenience functions have no portable calling convention.
/// </summary>
internal static unsafe partial class VipsNative
{
    /// <summary>Found as libvips-cpp.so or libvips-cpp.dylib beside the assembly; ImageSearch.Core.csproj puts it there.</summary>
    private const string Library = "vips-cpp";

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int vips_init(string name);

    [LibraryImport(Library)]
    internal static partial void vips_concurrency_set(int threads);

    [LibraryImport(Library)]
    internal static partial void vips_cache_set_max(int operations);

    [LibraryImport(Library)]
    internal static partial void vips_block_untrusted_set(int state);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void vips_operation_block_set(string name, int state);

    [LibraryImport(Library)]
    internal static partial nuint vips_tracked_get_mem();

    [LibraryImport(Library)]
    internal static partial void vips_error_clear();

    [LibraryImport(Library)]
    internal static partial nint vips_error_buffer_copy();

    [LibraryImport(Library)]
    internal static partial nint vips_foreign_find_load_buffer(void* data, nuint length);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint vips_operation_new(string name);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int vips_object_set_from_string(nint instance, string options);

    [LibraryImport(Library)]
    internal static partial int vips_cache_operation_buildp(ref nint operation);

    [LibraryImport(Library)]
    internal static partial void vips_object_unref_outputs(nint instance);

    [LibraryImport(Library)]
    internal static partial nuint vips_image_get_type();

    [LibraryImport(Library)]
    internal static partial nuint vips_blob_get_type();

    [LibraryImport(Library)]
    internal static partial nint vips_blob_new(nint free, void* data, nuint length);

    [LibraryImport(Library)]
    internal static partial nint vips_blob_get(nint blob, out nuint length);

    [LibraryImport(Library)]
    internal static partial void vips_area_unref(nint area);

    [LibraryImport(Library)]
    internal static partial int vips_image_get_width(nint image);

    [LibraryImport(Library)]
    internal static partial int vips_image_get_height(nint image);

    [LibraryImport(Library)]
    internal static partial int vips_image_get_bands(nint image);

    [LibraryImport(Library)]
    internal static partial int vips_image_hasalpha(nint image);

    [LibraryImport(Library)]
    internal static partial int vips_image_get_orientation_swap(nint image);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nuint vips_image_get_typeof(nint image, string field);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int vips_image_remove(nint image, string field);

    [LibraryImport(Library)]
    internal static partial nint vips_image_write_to_memory(nint image, out nuint length);

    [LibraryImport(Library)]
    internal static partial nint g_value_init(ref GValue value, nuint type);

    [LibraryImport(Library)]
    internal static partial void g_value_unset(ref GValue value);

    [LibraryImport(Library)]
    internal static partial void g_value_set_object(ref GValue value, nint instance);

    [LibraryImport(Library)]
    internal static partial nint g_value_get_object(ref GValue value);

    [LibraryImport(Library)]
    internal static partial void g_value_set_boxed(ref GValue value, nint boxed);

    [LibraryImport(Library)]
    internal static partial nint g_value_get_boxed(ref GValue value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void g_object_set_property(nint instance, string property, ref GValue value);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void g_object_get_property(nint instance, string property, ref GValue value);

    [LibraryImport(Library)]
    internal static partial nint g_object_ref(nint instance);

    [LibraryImport(Library)]
    internal static partial void g_object_unref(nint instance);

    [LibraryImport(Library)]
    internal static partial void g_free(nint memory);

    [LibraryImport(Library)]
    internal static partial nint g_log_set_default_handler(delegate* unmanaged[Cdecl]<nint, int, nint, nint, void> handler, nint data);
}
