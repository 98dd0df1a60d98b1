namespace Microsoft.ML.Diffusion.Models.Imputation;

/// <summary>How well one imputer guesses observed cells that were hidden from it.</summary>
/// <param name="Name">The imputer: "blend" is the model itself.</param>
/// <param name="RootMeanSquaredError">Of all hidden numbers together, each column scaled by its observed minimum and maximum; NaN where
/// there are none.</param>
/// <param name="Accuracy">The share of hidden categories that were guessed, 0 to 1; NaN where there are none.</param>
/// <param name="IsBetterAtNumbers">Whether its squared error is below the blend's by more than two standard errors of the
/// difference.</param>
/// <param name="IsBetterAtCategories">Whether its accuracy is above the blend's by more than two standard errors of the difference.</param>
public sealed record ImputationScore(
    string Name, double RootMeanSquaredError, double Accuracy, bool IsBetterAtNumbers, bool IsBetterAtCategories)
{
    internal void Save(BinaryWriter writer)
    {
        writer.Write(Name);
        writer.Write(RootMeanSquaredError);
        writer.Write(Accuracy);
        writer.Write(IsBetterAtNumbers);
        writer.Write(IsBetterAtCategories);
    }

    internal static ImputationScore Load(BinaryReader reader) =>
        new(reader.ReadString(), reader.ReadDouble(), reader.ReadDouble(), reader.ReadBoolean(), reader.ReadBoolean());
}
