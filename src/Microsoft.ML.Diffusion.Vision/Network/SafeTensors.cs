using System.Buffers.Binary;
using System.Text.Json;

namespace Microsoft.ML.Diffusion.Vision.Network;

/// <summary>Reads a file of the safetensors format: the length of a header, the header in JSON, the numbers.</summary>
internal static class SafeTensors
{
    private const int LongestHeader = 100_000_000;
    private const int DeepestHeader = 8;

    /// <summary>Reads every tensor.</summary>
    /// <param name="file">The whole file.</param>
    /// <exception cref="InvalidDataException">The file is something else, cut short or damaged.</exception>
    public static IReadOnlyDictionary<string, NamedTensor> Read(ReadOnlyMemory<byte> file)
    {
        Require(file.Length >= sizeof(long), "it is shorter than its first number");
        long length = BinaryPrimitives.ReadInt64LittleEndian(file.Span);
        Require(length is >= 0 and <= LongestHeader && length <= file.Length - sizeof(long), "its header is longer than the file");
        ReadOnlyMemory<byte> data = file[(sizeof(long) + (int)length)..];
        try
        {
            using var header = JsonDocument.Parse(
                file.Slice(sizeof(long), (int)length), new JsonDocumentOptions { MaxDepth = DeepestHeader });
            var tensors = new Dictionary<string, NamedTensor>(StringComparer.Ordinal);
            foreach (JsonProperty entry in header.RootElement.EnumerateObject())
            {
                if (string.Equals(entry.Name, "__metadata__", StringComparison.Ordinal))
                    continue;
                Require(tensors.TryAdd(entry.Name, Tensor(entry.Value, data)), "a tensor comes twice");
            }

            return tensors;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new InvalidDataException("The safetensors file is damaged: its header cannot be read.", e);
        }
    }

    private static NamedTensor Tensor(JsonElement entry, ReadOnlyMemory<byte> data)
    {
        NumberType type = entry.GetProperty("dtype").GetString() switch
        {
            "F32" => NumberType.Single,
            "F64" => NumberType.Double,
            "F16" => NumberType.Half,
            "BF16" => NumberType.BFloat16,
            "I64" => NumberType.Int64,
            "I32" => NumberType.Int32,
            "U8" or "BOOL" => NumberType.Byte,
            _ => throw new InvalidDataException("The safetensors file has numbers of a kind that is not known."),
        };
        long[] shape = [.. entry.GetProperty("shape").EnumerateArray().Select(extent => extent.GetInt64())];
        long[] place = [.. entry.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64())];
        Require(place.Length == 2 && place[0] >= 0 && place[1] >= place[0] && place[1] <= data.Length, "a tensor is not within it");
        long bytes = (long)NamedTensor.CountOf(shape) * NamedTensor.SizeOf(type);
        Require(place[1] - place[0] == bytes, "a tensor has other bytes than its extents need");
        return new NamedTensor(type, shape, data.Slice((int)place[0], (int)bytes));
    }

    private static void Require(bool condition, string what)
    {
        if (!condition)
            throw new InvalidDataException($"The safetensors file is damaged: {what}.");
    }
}
