using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Tests;

public class PiecewiseLinearEncodingTests
{
    [Fact]
    public void Every_component_is_the_share_of_its_bin_that_lies_below_the_number()
    {
        float[] values = new float[500];
        new Philox(1).FillNormal(values);
        var encoding = PiecewiseLinearEncoding.Fit([.. values], 12);
        float[] edges = Edges(encoding);
        // Components are written over what was there.
        float[] components = new float[encoding.Count], expected = new float[encoding.Count];
        foreach (float value in (float[])[.. values, .. edges, -100, 100, 0, -0f])
        {
            encoding.Encode(value, components);
            for (int i = 0; i < expected.Length; i++)
                expected[i] = Math.Clamp((value - edges[i]) / (edges[i + 1] - edges[i]), 0, 1);
            Assert.Equal(expected, components);
        }
    }

    private static float[] Edges(PiecewiseLinearEncoding encoding)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        encoding.Save(writer);
        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        return [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadSingle())];
    }
}
