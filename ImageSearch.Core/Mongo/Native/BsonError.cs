using System.Runtime.InteropServices;

namespace ImageSearch.Core.Mongo.Native;

/// <summary><c>bson_error_t</c>: 512 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct BsonError
{
    private const int MessageSize = 504;

    public MongocDomain Domain;
    public uint Code;
    private fixed byte _message[MessageSize];

    public readonly string Message
    {
        get
        {
            fixed (byte* message = _message)
            {
                var bytes = new ReadOnlySpan<byte>(message, MessageSize);
                var end = bytes.IndexOf((byte)0);
                return System.Text.Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
            }
        }
    }
}
