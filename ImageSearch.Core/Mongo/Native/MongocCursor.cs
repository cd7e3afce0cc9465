using System.Runtime.InteropServices;

namespace ImageSearch.Core.Mongo.Native;

/// <summary>A running query.</summary>
internal sealed class MongocCursor() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        MongocNative.mongoc_cursor_destroy(handle);
        return true;
    }
}
