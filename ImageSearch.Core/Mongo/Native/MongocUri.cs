using System.Runtime.InteropServices;

namespace ImageSearch.Core.Mongo.Native;

/// <summary>A parsed connection string.</summary>
internal sealed class MongocUri() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        MongocNative.mongoc_uri_destroy(handle);
        return true;
    }
}
