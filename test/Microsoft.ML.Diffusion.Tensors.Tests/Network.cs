namespace Microsoft.ML.Diffusion.Tensors.Tests;

/// <summary>A network with every kind of layer, sizes that leave remainders, and a step of its training.</summary>
internal sealed class Network : Module
{
    internal const int Inputs = 37;

    private readonly Embedding _embedding = new(5, 7, new Philox(1));
    private readonly TimestepEmbedding _time = new(10, 19, new Philox(2));
    private readonly Linear _first;
    private readonly ResidualBlock _block;
    private readonly Linear _last;
    private readonly ColumnGroups _groups = new((3, 4), (20, 17));

    internal Network(int width = 107)
    {
        AddModule("embedding", _embedding);
        AddModule("time", _time);
        _first = AddModule("first", new Linear(Inputs + 7, width, new Philox(3), Activation.ReLU));
        _block = AddModule("block", new ResidualBlock(width, 2 * width, new Philox(4), Activation.SiLU, conditionColumns: 19, dropout: 0.1f));
        _last = AddModule("last", new Linear(width, Inputs, new Philox(5)));
    }

    internal Tensor Forward(Tape tape, Tensor x, ReadOnlySpan<int> codes, ReadOnlySpan<float> times)
    {
        Tensor h = _first.Forward(tape, tape.Concat(x, _embedding.Forward(tape, codes)));
        h = _block.Forward(tape, h, _time.Forward(tape, times), new Philox(6));
        return tape.SoftmaxGroups(_last.Forward(tape, h), _groups);
    }

    /// <summary>Predictions for rows first to first + rows - 1.</summary>
    internal float[] Predict(Tape tape, int first, int rows)
    {
        tape.Reset();
        Tensor x = Rows(tape, first, rows, out int[] codes, out float[] times);
        return Forward(tape, x, codes, times).Data.ToArray();
    }

    internal float Step(Tape tape, Optimizer optimizer, Batch batch)
    {
        tape.Reset();
        Tensor x = tape.Input(new Shape(batch.Codes.Length, Inputs));
        batch.X.CopyTo(x.Data);
        Tensor mask = tape.Input(x.Shape);
        batch.Mask.CopyTo(mask.Data);
        Tensor y = Forward(tape, x, batch.Codes, batch.Times);
        Tensor cells = tape.MaskedSquaredError(y, x, mask);
        Tensor loss = tape.Add(cells, tape.MaskedCrossEntropy(y, _groups, mask, null));
        tape.Backward(loss);
        optimizer.Step();
        return loss.Data[0];
    }

    internal static Batch MakeBatch(int rows)
    {
        using var engine = new ManagedEngine(1);
        using Tape tape = engine.CreateTape(training: false);
        float[] x = Rows(tape, 0, rows, out int[] codes, out float[] times).Data.ToArray();
        return new Batch(x, [.. x.Select(v => v > 0 ? 1f : 0f)], codes, times);
    }

    private static Tensor Rows(Tape tape, int first, int rows, out int[] codes, out float[] times)
    {
        Tensor x = tape.Input(new Shape(rows, Inputs));
        for (int row = 0; row < rows; row++)
            new Philox(9, (ulong)(first + row)).FillNormal(x.Data.Slice(row * Inputs, Inputs));
        codes = [.. Enumerable.Range(first, rows).Select(r => r % 5)];
        times = [.. Enumerable.Range(first, rows).Select(r => r * 0.7f)];
        return x;
    }

    internal sealed record Batch(float[] X, float[] Mask, int[] Codes, float[] Times);
}
