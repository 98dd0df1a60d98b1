using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.GpVae;

/// <summary>Fills in series with a trained GP-VAE.</summary>
internal sealed class GpVaeImputer(GpVaeNetwork network, GpVaeSettings settings, Standardization scale)
{
    /// <summary>The network.</summary>
    public GpVaeNetwork Network => network;

    /// <summary>What every cell is expected to be: the posterior mean of the latents, decoded.</summary>
    /// <param name="series">The series.</param>
    /// <param name="engine">Where to compute.</param>
    /// <returns>As many cells as the series has, observed ones too, as the network sees them.</returns>
    public double[] Expected(Data.Series series, TensorEngine engine) => Decoded(series, engine, random: null);

    /// <summary>What every cell is in a draw from the posterior of the latents.</summary>
    /// <param name="series">The series.</param>
    /// <param name="engine">Where to compute.</param>
    /// <param name="random">Where the draw comes from.</param>
    public double[] Draw(Data.Series series, TensorEngine engine, Philox random) => Decoded(series, engine, random);

    private double[] Decoded(Data.Series series, TensorEngine engine, Philox? random)
    {
        int variables = scale.Means.Length;
        double[] cells = scale.Apply(series), result = new double[cells.Length];
        using Tape tape = engine.CreateTape(training: false);
        var latents = new LatentBatch(settings, 1);
        foreach (int start in StepWindows.Starts(series.Length, settings.Steps))
        {
            tape.Reset();
            Tensor input = tape.Input(new Shape(settings.Steps, variables));
            StepWindows.Write(cells, start, variables, input.Data, []);
            latents.Read(network.Encode(tape, input).Data, 1);
            Tensor z = tape.Input(new Shape(settings.Steps, settings.Latents));
            if (random is { } source)
                latents.Draw(source.Fork((ulong)start), 0, z.Data);
            else
                latents.WriteMeans(z.Data, 1);
            ReadOnlySpan<float> decoded = network.Decode(tape, z).Data;
            int from = start * variables;
            for (int i = 0; i < decoded.Length && from + i < result.Length; i++)
                result[from + i] = decoded[i];
        }
        return scale.Revert(result);
    }
}
