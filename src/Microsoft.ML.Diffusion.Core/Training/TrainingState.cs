using System.Runtime.InteropServices;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Core.Training;

/// <summary>How far a training has come, and all that its next step depends on.</summary>
/// <param name="parameters">The weights.</param>
/// <param name="optimizer">What changes them.</param>
/// <param name="average">Their moving average; null for none.</param>
internal sealed class TrainingState(IReadOnlyList<Parameter> parameters, Optimizer optimizer, ExponentialMovingAverage? average)
{
    private double _lowest = double.PositiveInfinity;

    /// <summary>The number of steps taken.</summary>
    public int Step { get; set; }

    /// <summary>Validations in a row without a new lowest error.</summary>
    public int Failures { get; private set; }

    /// <summary>The weights with the lowest error; null before the first validation.</summary>
    public StateDictionary? Best { get; private set; }

    /// <summary>After which step they were found.</summary>
    public int BestStep { get; private set; }

    /// <summary>Keeps the weights where the error is the lowest so far.</summary>
    public void Judge(double error, Module network)
    {
        Failures++;
        if (error < _lowest)
            (Best, _lowest, Failures, BestStep) = (network.SaveState(), error, 0, Step);
    }

    /// <summary>Writes everything.</summary>
    public void Save(BinaryWriter writer)
    {
        writer.Write(Step);
        writer.Write(Failures);
        writer.Write(BestStep);
        writer.Write(_lowest);
        writer.Write(Best is not null);
        Best?.Save(writer);
        foreach (Parameter parameter in parameters)
            writer.Write(MemoryMarshal.AsBytes(parameter.Value));
        optimizer.Save(writer);
        writer.Write(average is not null);
        average?.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote in the same training.</summary>
    public void Load(BinaryReader reader)
    {
        Step = reader.ReadInt32();
        Failures = reader.ReadInt32();
        BestStep = reader.ReadInt32();
        _lowest = reader.ReadDouble();
        Best = reader.ReadBoolean() ? StateDictionary.Load(reader) : null;
        foreach (Parameter parameter in parameters)
            reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(parameter.Update()));
        optimizer.Load(reader);
        if (reader.ReadBoolean())
            average?.Load(reader);
    }
}
