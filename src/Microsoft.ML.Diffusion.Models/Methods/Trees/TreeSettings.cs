namespace Microsoft.ML.Diffusion.Models.Methods.Trees;

/// <summary>How a <see cref="TreePredictor"/> is fitted.</summary>
internal sealed record TreeSettings
{
    /// <summary>So many <see cref="MostSteps"/> take a few seconds.</summary>
    public const double UsualSteps = 1.2e9;

    /// <summary>Chained random forests (Stekhoven and Bühlmann 2012), a third of the inputs tried as Breiman 2001 has it for
    /// regression.</summary>
    public static TreeSettings MissForest { get; } = new() { Trees = 100, Forest = true, Tried = 1.0 / 3, Sweeps = 3 };

    /// <summary>Trees per column.</summary>
    public int Trees { get; init; } = 50;

    /// <summary>The share of these that the first of several passes has, whose guesses are inputs of the next.</summary>
    public double FirstShare { get; init; } = 1;

    /// <summary>Steps of growing trees, that is rows that are looked at for an input, that a fit may take.</summary>
    public double MostSteps { get; init; } = UsualSteps;

    /// <summary>Nodes with fewer rows are leaves.</summary>
    public int SmallestSplit { get; init; } = 5;

    /// <summary>No node of a <see cref="Forest"/> has fewer rows.</summary>
    public int SmallestLeaf { get; init; } = 1;

    /// <summary>Whether a <see cref="TreeTrial"/> chooses <see cref="SmallestSplit"/> and <see cref="Tried"/> for every column, where
    /// time is not limited.</summary>
    public bool IsTried { get; init; }

    /// <summary>For every encoded column what was chosen for it before, on nearly the same rows, so that it is not tried again; empty or
    /// null for nothing.</summary>
    public IReadOnlyList<TreeChoice?> Choices { get; init; } = [];

    /// <summary>The most rows per column, drawn without replacement; below 30,000, so that a tree's nodes can be numbered in two
    /// bytes.</summary>
    public int MostRows { get; init; } = 5000;

    /// <summary>The most inputs per column; where there are more, those with the strongest correlation.</summary>
    public int MostInputs { get; init; } = 100;

    /// <summary>The share of the inputs that are tried at every node.</summary>
    public double Tried { get; init; } = 1;

    /// <summary>A random forest: rows drawn with replacement, the best threshold of every input tried (Breiman 2001). Otherwise
    /// extremely randomised trees: all rows, one random threshold per input (Geurts, Ernst and Wehenkel 2006).</summary>
    public bool Forest { get; init; }

    /// <summary>Sweeps over the columns, each fitted on the table as filled by the one before, of which the last is kept
    /// (Stekhoven and Bühlmann 2012). 0: no chain; the inputs of a column are filled without a look at that column.</summary>
    public int Sweeps { get; init; }

    /// <summary>Whether columns in which nothing is missing have no trees.</summary>
    public bool OnlyMissingColumns { get; init; }

    /// <summary>How many times the unknown cells of a row are predicted, each time from the guesses before; the first time from
    /// the Gaussian ones.</summary>
    public int Passes { get; init; } = 2;
}
