using System.Net;
using System.Net.Sockets;

namespace ImageSearch.Web.Security.Limits;

/// <summary>Whom requests without a key are counted for.</summary>
internal static class ClientAddress
{
    private const int NetworkBytes = 8;

    /// <returns>The address; of IPv6 its network of 64 bits, all of which one client has.</returns>
    public static string Of(IPAddress? address)
    {
        if (address is { IsIPv4MappedToIPv6: true })
        {
            address = address.MapToIPv4();
        }

        return address is { AddressFamily: AddressFamily.InterNetworkV6 }
            ? Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, NetworkBytes))
            : address?.ToString() ?? "";
    }
}
