namespace Microsoft.ML.Diffusion.Models;

/// <summary>A trained network with what turns its predictions into rows of a table.</summary>
internal abstract class RowGenerator
{
    /// <summary>Whether the network runs on the tape of the workspace, whichever engine that is of.</summary>
    public virtual bool RunsOnAnyEngine => false;

    /// <summary>Refuses conditions that cannot be satisfied.</summary>
    /// <exception cref="ArgumentException">They cannot be.</exception>
    public abstract void RequireSatisfiable(GenerationConditions conditions);

    /// <summary>Fills the missing cells of some rows; see <see cref="TableGenerator.CompleteRows"/>.</summary>
    public abstract void Complete(
        Table table, int start, int count, GenerationConditions conditions, ulong seed, ulong firstId, Workspace workspace, CancellationToken cancel);

    /// <summary>Writes everything.</summary>
    public abstract void Save(BinaryWriter writer);
}
