namespace ImageSearch.Core.Imaging.Native;

/// <summary>One call of a libvips operation: set what goes in, build, take what comes out, dispose.</summary>
internal sealed unsafe class VipsOperation : IDisposable
{
    private readonly string _name;
    private nint _operation;
    private bool _built;

    public VipsOperation(string name)
    {
        Vips.EnsureStarted();
        _name = name;
        _operation = VipsNative.vips_operation_new(name);
        if (_operation == 0)
        {
            throw new InvalidOperationException($"libvips has no operation '{name}': {VipsException.Last().Message}");
        }
    }

    public VipsOperation Set(string property, VipsImage image)
    {
        var value = default(GValue);
        VipsNative.g_value_init(ref value, VipsNative.vips_image_get_type());
        VipsNative.g_value_set_object(ref value, image.Handle);
        VipsNative.g_object_set_property(_operation, property, ref value);
        VipsNative.g_value_unset(ref value);
        return this;
    }

    /// <summary>Sets bytes, which are not copied: they must stay where they are until every image made from them is disposed.</summary>
    public VipsOperation Set(string property, void* data, int length)
    {
        var blob = VipsNative.vips_blob_new(0, data, (nuint)length);
        var value = default(GValue);
        VipsNative.g_value_init(ref value, VipsNative.vips_blob_get_type());
        VipsNative.g_value_set_boxed(ref value, blob);
        VipsNative.g_object_set_property(_operation, property, ref value);
        VipsNative.g_value_unset(ref value);
        VipsNative.vips_area_unref(blob);
        return this;
    }

    /// <summary>Sets any number of options in libvips' own notation: <c>a=1,b=name</c>.</summary>
    public VipsOperation Options(string options)
    {
        if (options.Length > 0 && VipsNative.vips_object_set_from_string(_operation, options) != 0)
        {
            throw new InvalidOperationException($"libvips' operation '{_name}' does not take '{options}': {VipsException.Last().Message}");
        }

        return this;
    }

    /// <exception cref="VipsException">It cannot be done with this input.</exception>
    public VipsOperation Build()
    {
        if (VipsNative.vips_cache_operation_buildp(ref _operation) != 0)
        {
            VipsNative.vips_object_unref_outputs(_operation);
            throw VipsException.Last();
        }

        _built = true;
        return this;
    }

    public VipsImage TakeImage(string property = "out")
    {
        var value = default(GValue);
        VipsNative.g_value_init(ref value, VipsNative.vips_image_get_type());
        VipsNative.g_object_get_property(_operation, property, ref value);
        var image = VipsNative.g_object_ref(VipsNative.g_value_get_object(ref value));
        VipsNative.g_value_unset(ref value);
        return new VipsImage(image);
    }

    public byte[] TakeBytes(string property = "buffer")
    {
        var value = default(GValue);
        VipsNative.g_value_init(ref value, VipsNative.vips_blob_get_type());
        VipsNative.g_object_get_property(_operation, property, ref value);
        try
        {
            var data = VipsNative.vips_blob_get(VipsNative.g_value_get_boxed(ref value), out var length);
            return new ReadOnlySpan<byte>((void*)data, checked((int)length)).ToArray();
        }
        finally
        {
            VipsNative.g_value_unset(ref value);
        }
    }

    public void Dispose()
    {
        if (_operation == 0)
        {
            return;
        }

        if (_built)
        {
            VipsNative.vips_object_unref_outputs(_operation);
        }

        VipsNative.g_object_unref(_operation);
        _operation = 0;
    }
}
