using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Microsoft.ML.Diffusion.Tensors;
using Microsoft.ML.Diffusion.Vision.Network;

namespace Microsoft.ML.Diffusion.Vision.Tests.Network;

/// <summary>Weights in the shapes in which PyTorch has them.</summary>
internal static class TorchWeights
{
    private static readonly string[] s_kernels = ["in_layers.2.weight", "out_layers.3.weight", "input_blocks.0.0.weight", "out.2.weight"];

    /// <summary>Weights of the shapes of a network's, with the network's numbers in another order.</summary>
    public static Dictionary<string, NamedTensor> Of(DenoisingUNet network, string prefix = "") => network.NamedParameters().ToDictionary(
        named => prefix + named.Path, named => Tensor(named.Path, named.Parameter), StringComparer.Ordinal);

    /// <summary>A safetensors file.</summary>
    public static byte[] File(Dictionary<string, NamedTensor> weights)
    {
        int offset = 0;
        var header = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach ((string path, NamedTensor tensor) in weights)
        {
            header[path] = new { dtype = "F32", shape = tensor.Shape, data_offsets = new[] { offset, offset + tensor.Bytes.Length } };
            offset += tensor.Bytes.Length;
        }

        byte[] text = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(header)), length = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        return [.. length, .. text, .. weights.Values.SelectMany(tensor => tensor.Bytes.ToArray())];
    }

    private static NamedTensor Tensor(string path, Parameter parameter)
    {
        (int rows, int columns) = (parameter.Shape.Rows, parameter.Shape.Columns);
        long[] shape = parameter.Shape.Rank == 1 ? [columns]
            : s_kernels.Any(kernel => path.EndsWith(kernel, StringComparison.Ordinal)) ? [columns, rows / 9, 3, 3]
            : [columns, rows];
        return new NamedTensor(NumberType.Single, shape, MemoryMarshal.AsBytes<float>(parameter.Value.ToArray()).ToArray());
    }
}
