using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Networks;

/// <summary>What the registrations of networks that fill windows share.</summary>
internal abstract class WindowImputation : NetworkImputation<WindowOptions>
{
    public sealed override bool TellsUncertainty => false;

    internal sealed override SeriesImputer Load(BinaryReader reader)
    {
        int statics = reader.ReadBetween(0, 1 << 20, "the number of statics");
        var scale = Standardization.Load(reader);
        double[] errors = reader.ReadFiniteDoubles("errors", scale.Means.Length);
        bool[] isSeen = new bool[errors.Length];
        for (int v = 0; v < isSeen.Length; v++)
            isSeen[v] = reader.ReadBoolean();
        double step = reader.ReadFinite("the middle step");
        CheckedReading.Require(step > 0 && Array.TrueForAll(errors, error => error >= 0), "a step or an error makes no sense");
        int steps = reader.ReadBetween(1, WindowOptions.MostSteps, "the number of steps");
        Func<WindowNetwork> create = ReadSizes(reader, isSeen.Length, steps);
        return new WindowImputer(this, Module.FromState(StateDictionary.Load(reader), create), scale, errors, isSeen, step, statics);
    }

    protected sealed override SeriesImputer Train(
        SeriesTable table, WindowOptions options, TensorEngine engine, ProgressMeter meter, TrainingDeadline deadline,
        CancellationToken cancel) => WindowTrainer.Train(this, table, options, engine, meter, deadline, cancel);

    /// <summary>Reads what <see cref="WindowNetwork.SaveSizes"/> wrote.</summary>
    /// <returns>Makes a network of these sizes.</returns>
    protected abstract Func<WindowNetwork> ReadSizes(BinaryReader reader, int variables, int steps);
}
