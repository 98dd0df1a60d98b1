using Microsoft.ML.Diffusion.Core.Processes;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>A residual network that predicts the unknown cells of a row from the known ones: for a number what
/// <see cref="GaussianProcess.NegativeVelocityFromData"/> defines (at full noise the number itself), for a category its logits.</summary>
internal sealed class ConditionalDenoiser : Module
{
    private readonly Linear _first;
    private readonly ResidualBlock[] _blocks;
    private readonly LayerNorm _norm;
    private readonly Linear _last;

    public ConditionalDenoiser(ConditionalInput input, int slots, int width, int blocks, Philox random)
    {
        Input = input;
        _first = AddModule("first", new Linear(input.Width, width, random.Fork(0)));
        _blocks = new ResidualBlock[blocks];
        for (int i = 0; i < blocks; i++)
            _blocks[i] = AddModule($"blocks.{i}", new ResidualBlock(width, width, random.Fork((ulong)(2 + i))));
        _norm = AddModule("norm", new LayerNorm(width));
        // Zero at first: the mean of a scaled number and equal probabilities are where learning starts.
        _last = AddModule("last", new Linear(width, slots, random.Fork(1)).Zero());
    }

    // A weight keeps so many of its 23 binary digits after the first: what the others say is less than what another seed changes. With
    // seven it is half a float, and a row alone reads it in half the time.
    private const int KeptBits = 7;

    // The probabilities of so many unknown cells of a row are computed one by one, each with a copy of the row; of more those of all cells.
    private const int MostAlone = 4;

    /// <summary>Width of the residual blocks.</summary>
    public int Width => _norm.Bias.Shape.Columns;

    /// <summary>Number of residual blocks.</summary>
    public int Blocks => _blocks.Length;

    /// <summary>What the network sees of a row.</summary>
    public ConditionalInput Input { get; }

    /// <summary>Predicts.</summary>
    /// <param name="tape">The step.</param>
    /// <param name="input">[rows, <see cref="ConditionalInput.Width"/>].</param>
    /// <returns>[rows, slots].</returns>
    public Tensor Forward(Tape tape, Tensor input)
    {
        Tensor x = _first.Forward(tape, input);
        foreach (ResidualBlock block in _blocks)
            x = block.Forward(tape, x);
        return _last.Forward(tape, tape.Apply(_norm.Forward(tape, x), Activation.SiLU));
    }

    /// <summary>Predicts the unknown cells of rows.</summary>
    /// <param name="encoder">The columns.</param>
    /// <param name="cells">[rows, encoded columns], NaN where unknown.</param>
    /// <param name="states">The same, as <see cref="ConditionalInput.Write"/> takes it; empty at full noise.</param>
    /// <param name="level">The noise level as a share of T, 0 to 1.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="tape">Holds the answer until it is used again.</param>
    /// <returns>[rows, slots]: numbers as the network is trained to predict them, probabilities of categories; the slots of known cells
    /// mean nothing.</returns>
    public ReadOnlySpan<float> Predict(
        TableEncoder encoder, ReadOnlySpan<float> cells, ReadOnlySpan<float> states, float level, int rows, Tape tape)
    {
        int width = encoder.Encoded.Count;
        tape.Reset();
        Tensor input = tape.Input(new Shape(rows, Input.Width));
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> state = states.IsEmpty ? [] : states.Slice(row * width, width);
            Input.Write(cells.Slice(row * width, width), state, level, input.Data.Slice(row * input.Columns, input.Columns));
        }
        Tensor prediction = Forward(tape, input);
        if (encoder.CategoryGroups.Count == 0)
            return prediction.Data;
        int unknown = rows == 1 ? UnknownCategories(encoder, cells) : int.MaxValue;
        if (unknown > Math.Min(MostAlone, encoder.CategoryGroups.Count / 2))
            return tape.SoftmaxGroups(prediction, encoder.CategoryGroups).Data;
        for (int column = 0; column < width && unknown > 0; column++)
        {
            if (float.IsNaN(cells[column]) && encoder.GroupOf(column) is { } group)
                prediction = tape.SoftmaxGroups(prediction, group);
        }
        return prediction.Data;
    }

    private static int UnknownCategories(TableEncoder encoder, ReadOnlySpan<float> cells)
    {
        int count = 0;
        for (int column = 0; column < cells.Length; column++)
            count += float.IsNaN(cells[column]) && encoder.GroupOf(column) is not null ? 1 : 0;
        return count;
    }

    /// <summary>Rounds the weights, so that the model takes less space in a zip.</summary>
    public void Shorten()
    {
        const int Dropped = 23 - KeptBits;
        foreach (Parameter parameter in Parameters())
        {
            foreach (ref float weight in parameter.Update())
            {
                uint number = BitConverter.SingleToUInt32Bits(weight) + (1u << (Dropped - 1));
                float rounded = BitConverter.UInt32BitsToSingle(number & ~((1u << Dropped) - 1));
                weight = float.IsFinite(rounded) ? rounded : weight;
            }
        }
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(Width);
        writer.Write(Blocks);
        Input.Save(writer);
        SaveState().Save(writer);
    }

    public static ConditionalDenoiser Load(BinaryReader reader, TableEncoder encoder)
    {
        int width = reader.ReadBetween(1, 8192, "the width of the network"), blocks = reader.ReadBetween(1, 100, "the number of blocks");
        ConditionalInput input = ConditionalInput.Load(reader, encoder.Encoded);
        return FromState(
            StateDictionary.Load(reader), () => new ConditionalDenoiser(input, encoder.SlotCount, width, blocks, random: default));
    }
}
