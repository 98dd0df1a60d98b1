namespace Microsoft.ML.Diffusion.Models.Amputation;

/// <summary>Independent sequences of random numbers.</summary>
internal enum AmputationStream : ulong
{
    Cells = 1,
    DrivingColumns,
    Weights,
    DrivingCells,
}
