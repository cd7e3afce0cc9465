using System.Security.Cryptography;

namespace ImageSearch.Hosting.Running;

internal static class InstanceIds
{
    private const int Length = 8;

    public static string New() => RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz", Length);
}
