using System.Runtime.InteropServices;

namespace ImageSearch.Core.Mongo.Native;

/// <summary>Memory for one <c>bson_t</c>, the structure that libbson knows a document by: flags, length, and 120 bytes of its own.</summary>
internal sealed unsafe class NativeBson : SafeHandle
{
    /// <summary>Size and alignment, as bson-types.h asserts them.</summary>
    private const nuint Size = 128;

    public NativeBson()
        : base(0, ownsHandle: true)
    {
        handle = (nint)NativeMemory.AlignedAlloc(Size, Size);
        MakeEmpty();
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>The bytes of a document that libmongoc owns, for as long as it does.</summary>
    public static ReadOnlySpan<byte> BytesOf(nint document) => new(MongocNative.bson_get_data(document), checked((int)((uint*)document)[1]));

    /// <summary>The bytes of the document that libmongoc has put here, until <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Bytes => BytesOf(handle);

    /// <summary>Makes it the name of bytes that lie elsewhere and stay where they are while it is used.</summary>
    public NativeBson PointTo(byte* data, int length) => MongocNative.bson_init_static(this, data, (nuint)length)
        ? this
        : throw new ArgumentException("These bytes are no document.", nameof(data));

    /// <summary>Frees what libmongoc has put here.</summary>
    public void Clear()
    {
        MongocNative.bson_destroy(this);
        MakeEmpty();
    }

    /// <summary>As BSON_INITIALIZER: an empty document whose bytes lie in the structure itself, so that there is nothing to free.</summary>
    private void MakeEmpty()
    {
        const uint InlineAndStatic = 3;
        const uint EmptyLength = 5;
        NativeMemory.Clear((void*)handle, Size);
        ((uint*)handle)[0] = InlineAndStatic;
        ((uint*)handle)[1] = EmptyLength;
        ((uint*)handle)[2] = EmptyLength;
    }

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        return true;
    }
}
