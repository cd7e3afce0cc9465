namespace ImageSearch.Core.Imaging.Native;

/// <summary>A reference to an image of libvips: a recipe, computed when it is written. The bytes it was made from must stay pinned.</summary>
internal sealed unsafe class VipsImage(nint handle) : IDisposable
{
    private nint _handle = handle;

    public nint Handle => _handle != 0 ? _handle : throw new ObjectDisposedException(nameof(VipsImage));

    public int Width => VipsNative.vips_image_get_width(Handle);

    public int Height => VipsNative.vips_image_get_height(Handle);

    public int Bands => VipsNative.vips_image_get_bands(Handle);

    public bool HasAlpha => VipsNative.vips_image_hasalpha(Handle) != 0;

    /// <summary>EXIF says that width and height change places when the picture is shown.</summary>
    public bool SwapsSides => VipsNative.vips_image_get_orientation_swap(Handle) != 0;

    public bool Has(string field) => VipsNative.vips_image_get_typeof(Handle, field) != 0;

    /// <summary>Runs an operation that makes an image of this one.</summary>
    public VipsImage Apply(string operation, string options)
    {
        using var call = new VipsOperation(operation);
        return call.Set(operation.EndsWith("_image", StringComparison.Ordinal) ? "in" : Input(operation), this).Options(options).Build().TakeImage();
    }

    /// <summary>Computes the image and copies its samples, which must be as many as the destination holds.</summary>
    public void CopyTo(Span<byte> destination)
    {
        var memory = VipsNative.vips_image_write_to_memory(Handle, out var length);
        if (memory == 0)
        {
            throw VipsException.Last();
        }

        try
        {
            if (length != (nuint)destination.Length)
            {
                throw new InvalidOperationException($"The picture has {length} bytes of samples where {destination.Length} were expected.");
            }

            new ReadOnlySpan<byte>((void*)memory, destination.Length).CopyTo(destination);
        }
        finally
        {
            VipsNative.g_free(memory);
        }
    }

    public void Dispose()
    {
        if (_handle != 0)
        {
            VipsNative.g_object_unref(_handle);
            _handle = 0;
        }
    }

    private static string Input(string operation) => operation == "extract_area" ? "input" : "in";
}
