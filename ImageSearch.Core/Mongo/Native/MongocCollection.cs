using System.Runtime.InteropServices;

namespace ImageSearch.Core.Mongo.Native;

/// <summary>A collection's name, and the connection that it is used with.</summary>
internal sealed class MongocCollection() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        MongocNative.mongoc_collection_destroy(handle);
        return true;
    }
}
