using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.GpVae;

/// <summary>Fills in series with a trained GP-VAE.</summary>
internal sealed class GpVaeImputer(GpVaeNetwork network, GpVaeSettings settings, Standardization scale, int statics)
    : SeriesImputer(scale.Means.Length, statics, SeriesDirection.Smooth)
{
    /// <inheritdoc/>
    public override SeriesImputationMethod Method => GpVaeImputation.Instance;

    /// <summary>The network.</summary>
    public GpVaeNetwork Network => network;

    /// <inheritdoc/>
    internal override void Impute(Data.Series series, Span<double> completed)
    {
        using var engine = new ManagedEngine(threads: 1);
        Fill(series, Expected(series, engine), completed);
    }

    /// <inheritdoc/>
    internal override void Draw(Data.Series series, Span<double> completed, ulong seed, ulong seriesId, int draw = 0)
    {
        using var engine = new ManagedEngine(threads: 1);
        Fill(series, Draw(series, engine, new Philox(seed).Fork(seriesId).Fork((ulong)draw)), completed);
    }

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

    private protected override void SaveContent(BinaryWriter writer)
    {
        writer.Write(Statics);
        GpVaeSettingsFile.Write(writer, settings);
        scale.Save(writer);
        network.SaveState().Save(writer);
    }

    /// <summary>Reads what <see cref="SaveContent"/> wrote.</summary>
    public static GpVaeImputer Load(BinaryReader reader)
    {
        int statics = reader.ReadInt32();
        GpVaeSettings settings = GpVaeSettingsFile.Read(reader);
        var scale = Standardization.Load(reader);
        bool areRows = settings.PictureWidth == 0 || scale.Means.Length % settings.PictureWidth == 0;
        Models.Persistence.CheckedReading.Require(statics >= 0 && areRows, "its sizes contradict each other");
        var network = Module.FromState(
            StateDictionary.Load(reader), () => new GpVaeNetwork(scale.Means.Length, settings, random: default));
        return new GpVaeImputer(network, settings, scale, statics);
    }

    private static void Fill(Data.Series series, double[] decoded, Span<double> completed)
    {
        for (int i = 0; i < decoded.Length; i++)
            completed[i] = double.IsNaN(series.Cells[i]) ? decoded[i] : series.Cells[i];
    }

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
                result[from + i] = settings.IsBinary ? 1 / (1 + Math.Exp(-decoded[i])) : decoded[i];
        }
        return scale.Revert(result);
    }
}
