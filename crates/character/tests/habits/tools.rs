//! More tables of `names.rs`: rigs of modelling tools and games.

pub const GENESIS_8: &str = "
hip =hips
  pelvis @hips
    {l|r}ThighBend =SUpperLeg
      {l|r}ThighTwist @SUpperLeg>SLowerLeg*0.5
        {l|r}Shin =SLowerLeg
          {l|r}Foot =SFoot
            {l|r}Metatarsals @SFoot>SToes*0.3
              {l|r}Toe =SToes
                {l|r}BigToe @SToeEnd
  abdomenLower =spine
    abdomenUpper @spine>chest*0.5
      chestLower =chest
        chestUpper =upperChest
          {l|r}Collar =SShoulder
            {l|r}ShldrBend =SUpperArm
              {l|r}ShldrTwist @SUpperArm>SLowerArm*0.5
                {l|r}ForearmBend =SLowerArm
                  {l|r}ForearmTwist @SLowerArm>SHand*0.5
                    {l|r}Hand =SHand
                      {l|r}Thumb1 =SThumbMetacarpal
                        {l|r}Thumb2 =SThumbProximal
                          {l|r}Thumb3 =SThumbDistal
                      {l|r}Carpal1 @SHand>SIndexProximal*0.3
                        {l|r}Index1 =SIndexProximal
                          {l|r}Index2 =SIndexIntermediate
                            {l|r}Index3 =SIndexDistal
                      {l|r}Carpal2 @SHand>SMiddleProximal*0.3
                        {l|r}Mid1 =SMiddleProximal
                          {l|r}Mid2 =SMiddleIntermediate
                            {l|r}Mid3 =SMiddleDistal
                      {l|r}Carpal4 @SHand>SLittleProximal*0.3
                        {l|r}Pinky1 =SLittleProximal
                          {l|r}Pinky2 =SLittleIntermediate
                            {l|r}Pinky3 =SLittleDistal
          neckLower =neck
            neckUpper @neck>head*0.5
              head =head
                lowerJaw =jaw
                {l|r}Eye =SEye
";

pub const GENESIS_9: &str = "
hip =hips
  pelvis @hips
    {l|r}_thigh =SUpperLeg
      {l|r}_thightwist1 @SUpperLeg>SLowerLeg*0.3
      {l|r}_shin =SLowerLeg
        {l|r}_foot =SFoot
          {l|r}_metatarsal @SFoot>SToes*0.3
            {l|r}_toes =SToes
  spine1 =spine
    spine2 @spine>chest*0.5
      spine3 =chest
        spine4 =upperChest
          {l|r}_shoulder =SShoulder
            {l|r}_upperarm =SUpperArm
              {l|r}_upperarmtwist1 @SUpperArm>SLowerArm*0.3
              {l|r}_forearm =SLowerArm
                {l|r}_forearmtwist1 @SLowerArm>SHand*0.3
                {l|r}_hand =SHand
                  %fingers thumb,index,mid,ring,pinky 1,2,3 {l|r}_$F$N
          neck1 =neck
            neck2 @neck>head*0.5
              head =head
                {l|r}_eye =SEye
";

pub const CHARACTER_CREATOR: &str = "
CC_Base_BoneRoot @ground
  CC_Base_Hip =hips
    CC_Base_Pelvis @hips
      CC_Base_{L|R}_Thigh =SUpperLeg
        CC_Base_{L|R}_Calf =SLowerLeg
          CC_Base_{L|R}_Foot =SFoot
            CC_Base_{L|R}_ToeBaseShareBone @SToes
            CC_Base_{L|R}_ToeBase =SToes
              CC_Base_{L|R}_BigToe1 @SToeEnd
          CC_Base_{L|R}_KneeShareBone @SLowerLeg
          CC_Base_{L|R}_CalfTwist01 @SLowerLeg>SFoot*0.4
        CC_Base_{L|R}_ThighTwist01 @SUpperLeg>SLowerLeg*0.4
    CC_Base_Waist =spine
      CC_Base_Spine01 =chest
        CC_Base_Spine02 =upperChest
          CC_Base_NeckTwist01 =neck
            CC_Base_NeckTwist02 @neck>head*0.5
              CC_Base_Head =head
                CC_Base_FacialBone @jaw
                  CC_Base_JawRoot =jaw
                  CC_Base_{L|R}_Eye =SEye
          CC_Base_{L|R}_Clavicle =SShoulder
            CC_Base_{L|R}_Upperarm =SUpperArm
              CC_Base_{L|R}_Forearm =SLowerArm
                CC_Base_{L|R}_ForearmTwist01 @SLowerArm>SHand*0.4
                CC_Base_{L|R}_ElbowShareBone @SLowerArm
                CC_Base_{L|R}_Hand =SHand
                  %fingers Thumb,Index,Mid,Ring,Pinky 1,2,3 CC_Base_{L|R}_$F$N
              CC_Base_{L|R}_UpperarmTwist01 @SUpperArm>SLowerArm*0.4
          CC_Base_{L|R}_RibsTwist @upperChest
            CC_Base_{L|R}_Breast @upperChest
";

pub const RIGIFY: &str = "
spine =hips
  spine.001 =spine
    spine.002 =chest
      spine.003 =upperChest
        spine.004 =neck
          spine.005 @neck>head*0.5
            spine.006 =head
              face @head
                jaw =jaw
                eye.{L|R} =SEye
        shoulder.{L|R} =SShoulder
          upper_arm.{L|R} =SUpperArm
            forearm.{L|R} =SLowerArm
              hand.{L|R} =SHand
                thumb.01.{L|R} =SThumbMetacarpal
                  thumb.02.{L|R} =SThumbProximal
                    thumb.03.{L|R} =SThumbDistal
                palm.01.{L|R} @SHand>SIndexProximal*0.2
                  f_index.01.{L|R} =SIndexProximal
                    f_index.02.{L|R} =SIndexIntermediate
                      f_index.03.{L|R} =SIndexDistal
                palm.02.{L|R} @SHand>SMiddleProximal*0.2
                  f_middle.01.{L|R} =SMiddleProximal
                    f_middle.02.{L|R} =SMiddleIntermediate
                      f_middle.03.{L|R} =SMiddleDistal
                palm.04.{L|R} @SHand>SLittleProximal*0.2
                  f_pinky.01.{L|R} =SLittleProximal
                    f_pinky.02.{L|R} =SLittleIntermediate
                      f_pinky.03.{L|R} =SLittleDistal
        breast.{L|R} @upperChest
  pelvis.{L|R} @hips
  thigh.{L|R} =SUpperLeg
    shin.{L|R} =SLowerLeg
      foot.{L|R} =SFoot
        toe.{L|R} =SToes
        heel.02.{L|R} @SHeel
";

pub const CAT: &str = "
CATRigHub001 =hips
  CATRig{L|R}Leg1 =SUpperLeg
    CATRig{L|R}Leg2 =SLowerLeg
      CATRig{L|R}LegAnkle =SFoot
        CATRig{L|R}LegDigit11 =SToes
  CATRigSpine1 =spine
    CATRigSpine2 =chest
      CATRigHub002 =upperChest
        CATRig{L|R}ArmCollarbone =SShoulder
          CATRig{L|R}Arm1 =SUpperArm
            CATRig{L|R}Arm2 =SLowerArm
              CATRig{L|R}ArmPalm =SHand
        CATRigNeck1 =neck
          CATRigHub003 =head
            CATRigHub003End @headTop
";

pub const SMPL: &str = "
Pelvis =hips
  {L|R}_Hip =SUpperLeg
    {L|R}_Knee =SLowerLeg
      {L|R}_Ankle =SFoot
        {L|R}_Foot =SToes
  Spine1 =spine
    Spine2 =chest
      Spine3 =upperChest
        Neck =neck
          Head =head
        {L|R}_Collar =SShoulder
          {L|R}_Shoulder =SUpperArm
            {L|R}_Elbow =SLowerArm
              {L|R}_Wrist =SHand
                {L|R}_Hand @SMiddleProximal
";

pub const VALVE: &str = "
ValveBiped.Bip01_Pelvis =hips
  ValveBiped.Bip01_Spine =spine
    ValveBiped.Bip01_Spine1 @spine>chest*0.5
      ValveBiped.Bip01_Spine2 =chest
        ValveBiped.Bip01_Spine4 =upperChest
          ValveBiped.Bip01_Neck1 =neck
            ValveBiped.Bip01_Head1 =head
          ValveBiped.Bip01_{L|R}_Clavicle =SShoulder
            ValveBiped.Bip01_{L|R}_UpperArm =SUpperArm
              ValveBiped.Bip01_{L|R}_Forearm =SLowerArm
                ValveBiped.Bip01_{L|R}_Hand =SHand
                  %fingers 0,1,2,3,4 ,1,2 ValveBiped.Bip01_{L|R}_Finger$F$N
  ValveBiped.Bip01_{L|R}_Thigh =SUpperLeg
    ValveBiped.Bip01_{L|R}_Calf =SLowerLeg
      ValveBiped.Bip01_{L|R}_Foot =SFoot
        ValveBiped.Bip01_{L|R}_Toe0 =SToes
";

pub const MMD: &str = "
全ての親 @ground
  センター @hips
    グルーブ @hips
      腰 =hips
        下半身 @hips
          {左|右}足 =SUpperLeg
            {左|右}ひざ =SLowerLeg
              {左|右}足首 =SFoot
                {左|右}つま先 =SToes
          {左|右}足D @SUpperLeg
            {左|右}ひざD @SLowerLeg
              {左|右}足首D @SFoot
        上半身 =spine
          上半身2 =chest
            首 =neck
              頭 =head
                両目 @headTop
                {左|右}目 =SEye
            {左|右}肩 =SShoulder
              {左|右}腕 =SUpperArm
                {左|右}腕捩 @SUpperArm>SLowerArm*0.6
                  {左|右}ひじ =SLowerArm
                    {左|右}手捩 @SLowerArm>SHand*0.6
                      {左|右}手首 =SHand
  {左|右}足IK親 @SFoot
    {左|右}足ＩＫ @SFoot
";
