namespace Microsoft.ML.Diffusion.Tensors;

/// <summary>A learned row for each code.</summary>
public sealed class Embedding : Module
{
    /// <summary>Creates the table with standard normal elements.</summary>
    /// <param name="codes">The number of codes.</param>
    /// <param name="columns">Columns of each row.</param>
    /// <param name="random">Where the first rows come from.</param>
    public Embedding(int codes, int columns, Philox random)
    {
        Table = AddParameter("weight", new Shape(codes, columns));
        Initializer.Normal(Table, 1, random);
    }

    /// <summary>[codes, columns].</summary>
    public Parameter Table { get; }

    /// <summary>The rows of some codes.</summary>
    public Tensor Forward(Tape tape, ReadOnlySpan<int> codes) => tape.Gather(Table, codes);
}
